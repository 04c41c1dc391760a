# The service with its models and an index of seeds/: docker build -t tanya-asn . && docker run --rm -p 8000:8000 tanya-asn
# This file is linted (hadolint); it was never built or run where it was written.
FROM python:3.12-slim AS environment
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/tanya-asn
RUN python -m venv .venv
ENV PATH=/srv/tanya-asn/.venv/bin:$PATH
# Another build of PyTorch, e.g. the smaller one for CPUs: --build-arg TORCH=torch==2.13.0+cpu with pip's settings for its index.
ARG TORCH=torch==2.13.0
ARG PIP_EXTRA_INDEX_URL=
COPY constraints.txt ./
RUN pip install "$TORCH" -c constraints.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY index index
COPY qa qa
COPY prompts prompts
COPY seeds seeds
# Editable: settings and prompts are found relative to the repository, as in a checkout.
RUN pip install -e . -c constraints.txt && python -m index build seeds

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin tanya
WORKDIR /srv/tanya-asn
COPY --from=environment /srv/tanya-asn /srv/tanya-asn
# What is written while it runs: new generations of the index, and verdicts. Mount a volume here to keep them.
RUN chown -R tanya /srv/tanya-asn/var
USER 10001
ENV PATH=/srv/tanya-asn/.venv/bin:$PATH HOST=0.0.0.0 PORT=8000 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/readyz', timeout=4)"]
CMD ["python", "-m", "qa", "serve"]
