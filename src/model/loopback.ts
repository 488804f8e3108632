/** Whether every host has this address for itself. */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
