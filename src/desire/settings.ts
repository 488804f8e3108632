/** The part of the configuration that decides where a container is routed to. */
export interface DesireSettings {
  readonly networks: readonly string[];
  readonly address: 'container' | 'published';
  readonly hostAddress: string;
  /**
   * Other hosts share the Redis: an address that exists once on each of them means another container for each front.
   */
  readonly isSwarm: boolean;
  readonly health: 'healthy' | 'ignore';
  /** `newest`: a host is answered by one version of its application alone. */
  readonly versions: 'mixed' | 'newest';
  /** `address:port` of the front itself; `0.0.0.0` and `[::]` are every address of its host. */
  readonly frontAddresses: readonly string[];
}
