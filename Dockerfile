# SPDX-License-Identifier: BSD-3-Clause
# vmaf-dnn with its ffmpeg, from this tree:
#   docker build -t vmaf-dnn .
#   docker run --rm -v "$PWD:/clips:ro" vmaf-dnn -r ref.mp4 -d dist.mp4
# and as a server for agents, over standard input and output:
#   docker run --rm -i -v "$PWD:/clips:ro" --entrypoint vmaf-dnn-mcp vmaf-dnn

ARG PYTHON=3.13-slim-trixie

FROM python:${PYTHON} AS build
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ nlohmann-json3-dev npm \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN tools/web-assets \
    && python -m venv /opt/vmaf-dnn \
    && /opt/vmaf-dnn/bin/pip install --no-cache-dir --constraint requirements/lock.txt ".[video,ladder,mcp]"

FROM python:${PYTHON}
COPY --from=build /opt/vmaf-dnn /opt/vmaf-dnn
RUN useradd --create-home --uid 1000 vmaf
USER 1000
ENV PATH=/opt/vmaf-dnn/bin:$PATH \
    VMAF_DNN_MCP_ALLOW=/clips
WORKDIR /clips
ENTRYPOINT ["vmaf-dnn"]
CMD ["--help"]
