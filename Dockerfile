# The controller: built in a Node image, shipped in one made from nothing.
#
# The last stage holds Node, the libraries it is linked with and the program: no shell, no package manager,
# no npm. It is copied together from the Node image rather than taken from a ready-made minimal image, so
# that one base serves all, a host without an image registry builds the same image from a base of its own,
# and what was tested is what is shipped.
#
#   docker build -t autodock .
#   docker build -t autodock --secret id=ca,src=/path/ca.pem .   (behind a proxy that re-signs TLS)

ARG NODE_IMAGE=node:24.21.0-trixie-slim

FROM ${NODE_IMAGE} AS build
ARG NPM_CONFIG_REGISTRY=https://registry.npmjs.org/
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=secret,id=ca --mount=type=cache,target=/tmp/npm \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi \
 && npm ci --ignore-scripts --cache /tmp/npm --no-audit --no-fund
COPY tsconfig.json ./
COPY build build
COPY src src
# Readable for who runs it, too, where nobody but its owner may read the project (umask 077).
RUN npm run build && chmod -R a+rX dist

# What the last stage consists of: Node and `env`, which the program's first line asks for, both as ldd
# prints them with their libraries.
RUN set -e; \
    mkdir -p /rootfs/etc /rootfs/usr/local/bin /cache/node; \
    for file in $(ldd /usr/local/bin/node /usr/bin/env | grep -o '/[^ :]*' | sort -u); do \
      mkdir -p "/rootfs$(dirname "$file")"; cp -L "$file" "/rootfs$file"; \
    done; \
    ln -s /app/dist/main.js /rootfs/usr/local/bin/autodock; \
    ln -s /app/dist/hipachectl.js /rootfs/usr/local/bin/hipachectl; \
    echo 'autodock:x:65532:65532::/:/nologin' > /rootfs/etc/passwd; \
    echo 'autodock:x:65532:' > /rootfs/etc/group; \
    echo 'hosts: files dns' > /rootfs/etc/nsswitch.conf

FROM scratch
COPY --from=build /rootfs /
COPY --from=build --chown=65532:65532 /cache /var/cache
COPY --from=build /app/dist /app/dist
COPY --chmod=644 package.json LICENSE /app/

ARG VERSION=
LABEL org.opencontainers.image.title="autodock" \
      org.opencontainers.image.description="Routes containers that ask for a virtual host: a reconciliation controller for Docker hosts, writing hipache's Redis keys" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}"

ENV PATH=/usr/local/bin:/usr/bin \
    NODE_ENV=production \
    NODE_COMPILE_CACHE=/var/cache/node \
    AUTODOCK_HTTP_HOST=0.0.0.0 \
    AUTODOCK_BUS_HOST=0.0.0.0
USER 65532:65532
WORKDIR /app
# Compiled once, here, as the user that will read it. Docker and Redis are missed, which does not matter.
RUN ["node", "-e", "for (const command of ['run', 'explain', 'routes', 'logger']) require('child_process').spawnSync('node', ['dist/main.js', command], { timeout: 3000, stdio: 'inherit' })"]

EXPOSE 1338/tcp 1338/udp
HEALTHCHECK --interval=5s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "require('http').get({port: process.env.AUTODOCK_HTTP_PORT || 1338, path: '/healthz'}, r => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', e => { console.log(e.message); process.exit(1) })"]
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["run"]
