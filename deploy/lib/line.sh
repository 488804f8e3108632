# sh -c ... line USER: run in a container by hosts.sh, with the volume authority, and the URL and the prefix as input.
# Prints what a joining line holds: certificates, key, URL and prefix, packed.
# shellcheck shell=sh
set -eu
umask 077
cd "$(mktemp -d)"
IFS= read -r url
IFS= read -r prefix || true
printf %s "$url" > url
printf %s "$prefix" > prefix
cp /authority/ca.crt ca.crt
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out client.key
printf 'extendedKeyUsage=clientAuth\n' > extensions
openssl req -new -key client.key -subj "/CN=$1" |
  openssl x509 -req -CA /authority/ca.crt -CAkey /authority/ca.key -CAcreateserial -days 3650 \
    -extfile extensions -out client.crt
tar -cz ca.crt client.crt client.key prefix url | base64 -w 0
