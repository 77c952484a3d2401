# syntax=docker/dockerfile:1

FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv /opt/argosy
COPY requirements.lock ./
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY web web
COPY src src
# The build hook makes the web page with the Node of a wheel; none of that reaches the next stage.
RUN /opt/argosy/bin/pip install --no-cache-dir --constraint requirements.lock '.[market,server]'

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Argosy" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin argosy \
    && install --directory --owner=argosy --group=argosy --mode=0700 /data
COPY --from=build /opt/argosy /opt/argosy
ENV PATH=/opt/argosy/bin:$PATH \
    ARGOSY_DATA_DIR=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data
# Everything that is written goes here; the rest of the file system may be read-only.
VOLUME ["/data"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=5)"]
CMD ["argosy", "serve", "--host", "0.0.0.0", "--port", "8000"]
