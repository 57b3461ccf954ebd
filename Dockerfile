FROM python:3.11-slim-bookworm

# A fixed number, so that whoever mounts a folder at /data can give it to this user.
RUN useradd --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin ringback \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data

# The packages change more seldom than the app: their layer is kept. Nothing is compiled here.
COPY requirements/app.txt /tmp/app.txt
RUN python -m venv /venv \
    && /venv/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check \
        --only-binary :all: --require-hashes -r /tmp/app.txt \
    && rm /tmp/app.txt

WORKDIR /app
COPY LICENSE app.py manifest.yml ./
COPY calls calls
COPY handlers handlers
COPY views views
# Readable whatever the umask of the checkout was; compiled now, since nothing is written later.
RUN chmod -R a+rX . && python -m compileall -q .

ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATABASE_URL=sqlite:////data/ringback.db
VOLUME ["/data"]
EXPOSE 3000
USER 10001

# Not /readyz: whoever starts unhealthy containers anew would do so whenever the database is away,
# which cures nothing and cuts off the calls that are just being dialled.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; it = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); it.request('GET', '/healthz'); sys.exit(it.getresponse().status != 200)"]

STOPSIGNAL SIGTERM
CMD ["python", "app.py"]
