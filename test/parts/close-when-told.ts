/**
 * Has what is opened closed where this program is told to end, also while it is still being opened: engines, networks and
 * mounts outlive whoever started them.
 *
 * @returns what was opened
 * @throws what its opening ended with; whatever opens closes by itself what it had then
 */
export async function closeWhenTold<T extends { close(): Promise<unknown> }>(
  opening: Promise<T>,
): Promise<T> {
  let isEnding = false;
  const end = async () => {
    console.log('ends, and takes away what it started');
    // Whoever is impatient, and tells it again, would have left what stands.
    if (isEnding) return;
    isEnding = true;
    try {
      await (await opening).close();
    } catch (error) {
      console.error(error);
    }
    process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void end());
  }
  return opening;
}
