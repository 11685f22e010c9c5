# Two images: `web` for the web server, the workers without TensorFlow and beat; `training` adds TensorFlow (1.3 GB).

FROM python:3.12-slim AS packages
RUN python -m venv /venv
COPY requirements/web.txt /requirements/
RUN /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r /requirements/web.txt

# `--build-arg TRAINING=training-gpu` makes an image that trains on an NVIDIA GPU (run it with `--gpus all`).
FROM packages AS training-packages
ARG TRAINING=training
COPY requirements/training.txt requirements/training-gpu.txt /requirements/
RUN /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r /requirements/${TRAINING}.txt

# What the pages load from npm; none of Node goes along.
FROM node:24-slim AS scripts
WORKDIR /site
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY requirements/vendor.mjs requirements/
RUN npm run vendor

FROM python:3.12-slim AS site
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
# The volume takes its owner from this folder when it is made.
RUN useradd --uid 1000 --create-home site && install -d -o site -g site /data
WORKDIR /site
COPY manage.py ./
COPY digitsite digitsite
COPY datasets datasets
COPY training training
COPY recognizer recognizer
COPY templates templates
COPY static static
COPY --from=scripts /site/static/vendor static/vendor
COPY locale locale
USER site
VOLUME /data

FROM site AS training
COPY --from=training-packages /venv /venv
CMD ["python", "-m", "digitsite.commands", "training-worker"]

# The last one is what `docker build .` makes.
FROM site AS web
COPY --from=packages /venv /venv
EXPOSE 8000
CMD ["python", "-m", "digitsite.commands", "web"]
