# shellcheck shell=bash
# The images of a stack. Needs compose.sh, base.sh and swarm.sh.

# use_images: what they are called. The tag is of what they are made from: the same on every node that has the same
# files, and another one with every change, without which a stack would not be updated.
use_images() {
  local files=(Dockerfile package.json package-lock.json tsconfig.json build src deploy/redis deploy/docker-proxy deploy/hipache)
  AUTODOCK_TAG=${AUTODOCK_TAG:-$(cd "$ROOT" && find "${files[@]}" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)}
  # An engine asks the registry of an image at every start, for 20 s where names cannot be resolved, before it takes
  # its own. Nobody is on this port, which it learns at once.
  AUTODOCK_IMAGES=${AUTODOCK_REGISTRY:-localhost:1}/autodock
  export AUTODOCK_TAG AUTODOCK_IMAGES
}

swarm_compose() { compose -f "$ROOT/deploy/compose.swarm.yaml" "$@"; }

image_of() { echo "$AUTODOCK_IMAGES-$1:$AUTODOCK_TAG"; }

have_stack_images() {
  local service
  for service in "${STACK_SERVICES[@]}"; do has_image "$(image_of "$service")" || return 1; done
}

# make_stack_images: on this node; those of other nodes come from the registry, or are made there by --images.
make_stack_images() {
  if have_stack_images; then
    step build "the images are here ($AUTODOCK_TAG)"
  else
    find_compose
    choose_base
    use_npm_settings
    AUTODOCK_VERSION=$(sed -nE 's/^ *"version": "(.*)",$/\1/p' "$ROOT/package.json")
    export AUTODOCK_VERSION
    during build "building the services" compose_build swarm_compose "${STACK_SERVICES[@]}" \
      || fail_log "the images could not be built" "The log shows which step failed; run deploy/up --swarm again to go on from there."
  fi
  [ -z "${AUTODOCK_REGISTRY:-}" ] || push_images
}

push_images() {
  local service
  for service in "${STACK_SERVICES[@]}"; do
    during push "pushing $(image_of "$service")" "$DOCKER" push "$(image_of "$service")" \
      || fail_log "$AUTODOCK_REGISTRY does not take the images" "Log in (docker login), or correct AUTODOCK_REGISTRY."
  done
}
