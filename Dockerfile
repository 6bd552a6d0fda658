# The images of synthsmith. The sandbox's is built by the verifier, all others by `make images`; each of the parts below is
# built without the others.

# === sandbox: what untrusted programs run in ===
# The verifier builds this stage itself, through the engine, with the runner and this file as the whole context.
ARG SANDBOX_BASE=debian:bookworm-slim
FROM ${SANDBOX_BASE} AS sandbox
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends g++ libc6-dev pypy3 python3 \
    && apt-get clean \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/*
# The header that most solutions include, compiled ahead with the very flags of the language table. The compiler
# ignores it wherever it does not fit.
RUN header="$(find /usr/include -path '*/bits/stdc++.h' | head -n 1)" \
    && mkdir "$header.gch" \
    && for standard in 17 20; do \
        g++ -O2 "-std=gnu++$standard" -x c++-header "$header" -o "$header.gch/cpp$standard.gch" || exit 1; \
    done
RUN mkdir -p /box
COPY zygote /zygote
RUN python3 -m compileall -q --invalidation-mode unchecked-hash /zygote
COPY runner /runner
ENTRYPOINT ["/runner"]

# === daemons: one program, and a stage for each of its services ===
# scripts/images.sh builds these, with the program `synthsmith` as the whole context.
ARG DAEMON_BASE=debian:bookworm-slim
FROM ${DAEMON_BASE} AS libraries
# What the program is linked to, what looks up names, and whose certificates are believed; no shell, no packages.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ca-certificates libc6 libgcc-s1 \
    && mkdir -p /image/lib64 /image/lib/x86_64-linux-gnu /image/etc/ssl/certs /image/var/lib/synthsmith \
    && cp -L /lib64/ld-linux-x86-64.so.2 /image/lib64/ \
    && for library in libc.so.6 libm.so.6 libgcc_s.so.1 libresolv.so.2 libnss_dns.so.2 libnss_files.so.2; do \
        cp -L "/lib/x86_64-linux-gnu/$library" /image/lib/x86_64-linux-gnu/ || exit 1; \
    done \
    && cp -L /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
    && printf 'hosts: files dns\n' >/image/etc/nsswitch.conf \
    && printf 'synthsmith:x:65532:65532::/var/lib/synthsmith:/none\n' >/image/etc/passwd \
    && chown -R 65532:65532 /image/var/lib/synthsmith

FROM scratch AS daemon
COPY --from=libraries /image /
COPY synthsmith /synthsmith
ARG VERSION=unknown
LABEL org.opencontainers.image.title="synthsmith" \
    org.opencontainers.image.description="Verified competitive-programming data from code samples and a model" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="${VERSION}"
USER 65532:65532
WORKDIR /var/lib/synthsmith
ENTRYPOINT ["/synthsmith", "daemon"]

FROM daemon AS gateway
EXPOSE 7101 7201
CMD ["gateway"]

FROM daemon AS feature-evolver
EXPOSE 7102 7202
CMD ["feature-evolver"]

FROM daemon AS task-synth
EXPOSE 7103 7203
CMD ["task-synth"]

FROM daemon AS solver
EXPOSE 7104 7204
CMD ["solver"]

FROM daemon AS test-gen
EXPOSE 7105 7205
CMD ["test-gen"]

FROM daemon AS verifier
EXPOSE 7106 7116 7206
CMD ["verifier"]

FROM daemon AS orchestrator
EXPOSE 7107 7207
CMD ["orchestrator"]

FROM daemon AS trainer
EXPOSE 7109 7209
CMD ["trainer"]

# A model in a folder as an endpoint: mount one at /var/lib/synthsmith/model.
FROM daemon AS model-server
EXPOSE 7181 7281
CMD ["model-server"]

FROM daemon AS teacher
EXPOSE 7180 7280
CMD ["teacher"]

# The command: `docker run IMAGE run --help`.
FROM daemon AS command
ENTRYPOINT ["/synthsmith"]
CMD ["--help"]

# === archive: the sandbox's image as a file, for verifiers that no registry answers ===
# scripts/images.sh builds this, with the file as the whole context. Pods copy it from here, so there is a `cp`.
ARG DAEMON_BASE=debian:bookworm-slim
FROM ${DAEMON_BASE} AS sandbox-archive
COPY sandbox.tar /sandbox.tar
ARG VERSION=unknown
LABEL org.opencontainers.image.title="synthsmith-sandbox-archive" \
    org.opencontainers.image.description="The image that synthsmith runs programs in, as a file of docker save" \
    org.opencontainers.image.version="${VERSION}"
USER 65532:65532
