# drctl and the runbooks that come with it. Your own are put on top: docs/scheduled-drills.md.
# Neither Terraform nor git is in it: runbooks that call such programs need an image of their own on top, too.
FROM python:3.13-slim-bookworm AS build

# Of what pip has fetched, nothing is kept.
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY constraints.txt ./
RUN python -m venv /opt/drctl \
    && /opt/drctl/bin/pip install --quiet --require-hashes --requirement constraints.txt
COPY pyproject.toml README.md LICENSE ./
COPY drctl drctl
COPY runbooks runbooks
RUN /opt/drctl/bin/pip install --quiet --no-deps --no-build-isolation .


FROM python:3.13-slim-bookworm

RUN groupadd --gid 10001 drctl \
    && useradd --uid 10001 --gid drctl --no-create-home --home-dir /work --shell /usr/sbin/nologin drctl \
    && install --directory --owner=drctl --group=drctl --mode=0750 /var/lib/drctl /work
COPY --from=build /opt/drctl /opt/drctl
ENV PATH=/opt/drctl/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DRCTL_STATE_DIR=/var/lib/drctl
USER 10001:10001
# Where `runbooks` is looked for.
WORKDIR /work
# Runs are kept in the first: what they prove is lost with the container, unless a volume is mounted. With the second,
# the rest can be read-only.
VOLUME ["/var/lib/drctl", "/tmp"]
# A command that ends is neither healthy nor ill.
HEALTHCHECK NONE
ENTRYPOINT ["drctl"]
CMD ["--help"]
