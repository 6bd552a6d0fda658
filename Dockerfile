# The images of synthsmith, one stage each; each stage stands alone.

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
