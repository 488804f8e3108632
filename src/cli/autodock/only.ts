/** What `autodock logger --only` stands for: names of events, with `*`. */
export const ONLY = {
  routes: ['route_added', 'route_removed'],
  containers: ['container_*'],
} as const;
