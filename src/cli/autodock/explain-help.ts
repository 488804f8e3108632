/** Below the options of `autodock explain --help`. */
export const EXPLAIN_HELP = `
  autodock explain              every running container: its vhosts, the
                                verdict, the reason and what to do
  autodock explain hello        one container: what was seen, which rule
                                decided, what to do
  autodock explain hello.local  one host: the lookup as the front does it, slot
                                by slot with owners and dead marks, the status
                                that a client gets, who asks for it, what to do

  autodock explain shop         a service of a swarm: its tasks on all nodes
                                and their routes, its labels, what Swarm says

It looks at Docker and Redis itself: it works with and without a running
controller. The statuses are those of a front with FRONT_STATUSES=own, the
default; FRONT_STATUSES=hipache says 400 for 404, and 502 for 503. A name that
is both a container's and a host's is the container;
--as host reads it as the host. Exit code 1: the name is neither, or Docker or
Redis could not be read; what could be is shown.

JSON without a name:
  {"controller": {"owner", "lastPassAgoMs", "alive", "undated", "otherEngine":
   {"id", "name"}, "released"}, "containers": [{"id", "noun", "name",
   "verdict", "vhosts", "routes": [{"vhost", "url", "weight", "written"}],
   "rejections": [{"reason", "vhost", "detail", "remedy"}], "hints"}],
   "problems"}; containers: null if Docker could not be read
JSON of a container:
  {"kind": "container", "noun", "id", "name", "verdict", "isHost", "seen":
   {"state", "health", "env", "labels", "exposedPorts", "published", "networkMode",
   "networks", "address"}, "routes", "rejections", "hints", "controller", "problems"};
  routes and rejections as above, with "rules" and "rule"
JSON of a service:
  {"kind": "service", "name", "labels", "trouble", "isOverseen", "tasks":
   [{"name", "container", "owner", "node", "drained", "routes": [{"vhost",
   "url"}]}], "problems"}; labels: null if no manager told of it
JSON of a host:
  {"kind": "host", "host", "status": {"code", "why"}, "advice", "lookup":
   [{"vhost", "state"}], "answeredBy", "identifier", "slots": [{"slot", "url",
   "owner", "ownerId", "engine", "containers", "names", "dead", "usable",
   "named"}],
   "deadExpiresInMs", "asked", "nearMisses", "hasUnusableMarks",
   "isDockerSeen", "controller", "keyPrefix", "similar", "problems"};
  code 200: whatever the backend answers; named: the front looks it up`;
