/** What became of a datagram, sent or received: the label of `autodock_bus_events_total`. */
export const BUS_RESULTS = ['sent', 'dropped', 'malformed', 'refused'] as const;
/** One of {@link BUS_RESULTS}. */
export type BusResult = (typeof BUS_RESULTS)[number];
