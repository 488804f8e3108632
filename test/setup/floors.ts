/**
 * The least number of tests of each project: a run of fewer is not one in which all is well, but one that lost some.
 * A little below what there is. Raised as a suite grows; lowered only by whoever takes tests away on purpose.
 */
const FLOORS: Readonly<Record<string, number>> = {
  unit: 1_650,
  laws: 20,
  simulation: 25,
  fuzz: 13,
  bounds: 1,
  contract: 700,
  conformance: 160,
  e2e: 393,
  storm: 8,
  soak: 7,
  bare: 6,
  swarm: 8,
};

/** What is missing, in words: projects that ran fewer tests than they have at the least. */
export function shortfalls(ran: ReadonlyMap<string, number>): readonly string[] {
  return [...ran].flatMap(([project, count]) => {
    const floor = FLOORS[project];
    if (floor === undefined) return `${project}: has no floor in test/setup/floors.ts`;
    return count < floor ? `${project}: ran ${count} tests, has ${floor} at the least` : [];
  });
}
