"""The question in a message: greetings, requests and thanks around it ask nothing.

"Halo min, mau tanya dong, kapan pasar dibuka? Makasih" asks what "Kapan pasar dibuka?" asks, but the reader was taught by bare questions: with
such words around them it answers more of what articles do not hold.
"""

import re

from index.sentences import split_sentences
from index.text import spell_out, tokens
from qa.names import proper_names

_FRIEND = r"min|mimin|kak|kakak|gan|bro|sis|sob|guys"
# They are words of a question as well ("tenaga admin", "ibu kota"): at its end only behind a comma.
_ELDER = r"admin|pak|bu|bapak|ibu(?! kota)|mas|mbak|bang|om|tante"
_CALLED = rf"(?:{_FRIEND}|{_ELDER}|dong|donk|ya|yah|nih)"
_EVERYBODY = r"(?:semua(?:nya)?|teman-teman|rekan-rekan|all|there|everyone)"
_TELL = r"(?:dijelaskan|beri ?tahu(?:kan)?|kas(?:ih|i) ta(?:h)?u|infokan|informasikan|carikan|dijawab|dibantu|bantu(?: jawab)?)"
_OPENINGS = (
    r"ha(?:l)?lo+|hai|hi|hello|hey|hei|permisi|punten|maaf|sorry|excuse me|btw|by the way|assalamu['’]?alaikum(?:\.? w[rb]\b)*|shalom",
    r"selamat (?:pagi|siang|sore|malam|petang)|good (?:morning|afternoon|evening|day)",
    r"(?:(?:saya|aku|kami|gue|gua) )?(?:mau|ingin|pengen|pengin|pingin|hendak|numpang|izin|ijin|boleh|mo) (?:ikut )?(?:ber)?(?:tanya|nanya|tahu|tau)(?:kan)?",
    r"(?:(?:saya|aku|kami) )?(?:mau|ingin) (?:menanyakan|mengetahui)|(?:saya|aku|kami) penasaran|nanya|tanya(?= (?:dong|donk|nih|ya|min|kak)\b)",
    r"(?:mohon (?:infor?(?:masi)?|bantuan|penjelasan|pencerahan|petunjuk)|minta infor?(?:masi)?)(?:nya)?(?: (?:tentang|soal|mengenai|terkait))?",
    rf"(?:(?:tolong|mohon|coba|bisa(?:kah)?|please) )+{_TELL}(?: (?:saya|aku|kami))?|tolong|mohon|please|coba",
    r"(?:apa(?:kah)? )?(?:ada yang|kamu|anda|kalian) ta(?:h)?u|kira-kira",
    r"i(?: woul|['’])d like to (?:know|ask)|i (?:want|need) to know|i would like to (?:know|ask)|(?:may|can|could) i ask|quick question",
    r"(?:could|can|would|will) (?:you|someone|anyone)(?: please| kindly)? (?:tell me|let me know)|(?:please |kindly )?(?:tell me|let me know)",
    r"(?:do you|does any(?:one|body))(?: happen to)? know|(?:i(?:['’]m| am| was) |just )+(?:wondering|curious)",
)
_THANKS = r"(?:terima ?kasih|trima ?kasih|makasih|makasi|mksh|trims|tks|thx|thanks?(?: you)?|matur nuwun|hatur nuhun)"
_CLOSINGS = (
    rf"{_THANKS}(?: (?:sebelumnya|banyak|in advance|so much|very much|a lot|{_CALLED}))*",
    r"(?:mohon|tolong) (?:infor?(?:masi)?nya|bantuannya|penjelasannya|pencerahannya|jawabannya|dijawab|dibantu|dibalas)|minta infor?(?:masi)?nya",
    r"please|pls|plis|(?:he){2,}h?|(?:wk){2,}w?",
    # "Ya", "sih" and "dong" at the end stay: the reader was taught by questions that end so.
    rf"{_FRIEND}|,\s*(?:{_ELDER})",
)
_ASKING = frozenset(
    """siapa siapakah kapan kapankah berapa berapakah bagaimana bagaimanakah mengapa kenapa apa apakah mana manakah dimana kemana sebutkan jelaskan
    who what when where why how which whose whom""".split()
)
_GAP = r"[\s,.!?:;/–—-]"
_OPENING = re.compile(
    rf"(?:{'|'.join(_OPENINGS)}|{_THANKS})\b(?!-\w)(?:[\s/]+(?:{_CALLED}|{_EVERYBODY})\b)*{_GAP}*"
    # "Min Aung Hlaing" is a name.
    rf"|(?:min|kak|gan|bro|sis|guys)\s+(?-i:(?=[a-z]))|{_CALLED}\s*,{_GAP}*",
    re.IGNORECASE,
)
_CLOSING = re.compile(rf"\b(?:{'|'.join(_CLOSINGS)})\b\W*$", re.IGNORECASE)
_AROUND = " \t\n,.!?:;/–—-"


def bare_question(message: str) -> str:
    """Return the question of a message without what is said around it; the message itself when nothing else is left.

    >>> bare_question("Halo min, mau tanya dong, kapan pasar dibuka? Makasih ya")
    'Kapan pasar dibuka?'
    """
    question = _without(_OPENING, message.strip())
    while closing := _CLOSING.search(question):
        # Taken off outside the pattern: of a thousand full stops it would try every share between two repetitions.
        kept = question[: closing.start()].rstrip(_AROUND)
        question = kept + ("?" if "?" in question[len(kept) :] else "")
    question = _without_preface(question)
    if not any(len(t) > 1 for t in tokens(question)):
        return message
    # The reader tells capitals: a question that was the middle of a sentence begins one now.
    return question[0].upper() + question[1:] if message.strip()[0].isupper() else question


def _without(opening: re.Pattern[str], text: str) -> str:
    while found := opening.match(text):
        text = text[found.end() :]
    return text.strip()


def _without_preface(message: str) -> str:
    """The message without sentences before the question that name nothing: "Saya sedang menulis laporan. Siapa …?"."""
    sentences = [message[slice(*span)] for span in split_sentences(message)]
    asking = [n for n, sentence in enumerate(sentences) if sentence.endswith("?") or _asks(sentence)]
    if len(sentences) < 2 or not asking:
        return message
    return " ".join(s for n, s in enumerate(sentences) if n in asking or proper_names(s) or any(c.isdigit() for c in s))


def _asks(sentence: str) -> bool:
    return any(t in _ASKING for t in tokens(spell_out(sentence)))
