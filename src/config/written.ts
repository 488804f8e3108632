/** A value as someone wrote it, before it means anything. */
export interface Written {
  readonly text: string;
  /** For people: `flag --http-port`, `environment AUTODOCK_HTTP_PORT`, `file /etc/autodock.yaml`. */
  readonly origin: string;
  /** The text is the content of a file of secrets: never shown. */
  readonly hidden: boolean;
}

/** What one source holds: values by key, and what is wrong with it. */
export interface Reading {
  readonly written: ReadonlyMap<string, Written>;
  /** Each ends the start: key, where it stands, what is allowed. */
  readonly problems: readonly string[];
  /** Each is logged. */
  readonly warnings: readonly string[];
}
