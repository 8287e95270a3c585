# EXTRAS names optional parts, for example "[neural]"; TORCH_INDEX chooses the build of torch they bring.
FROM python:3.12-slim
ARG EXTRAS=""
ARG TORCH_INDEX="https://download.pytorch.org/whl/cpu"
RUN useradd --create-home kg
WORKDIR /src
COPY pyproject.toml README.md README.zh.md LICENSE ./
COPY kg kg
COPY seeds seeds
COPY queries queries
RUN pip install --no-cache-dir --extra-index-url "$TORCH_INDEX" ".$EXTRAS"
USER kg
WORKDIR /data
ENTRYPOINT ["kg"]
CMD ["--help"]
