import { quantile } from '../table.ts';
import { load } from './load.ts';
import { CACHED, otherName, type Subject, UNCACHED } from './subjects.ts';

const ONE_HOST = { hosts: 1, connections: 32 };
const SECONDS = 1;

/**
 * What a request costs in this build beside another, as a ratio. Both take turns of a second, this, other, other,
 * this: whatever else the machine does, and how it changes, hurts both alike. What counts is each such group's ratio.
 */
export async function comparePairs(
  subjects: readonly Subject[],
  hosts: readonly string[],
  groups: number,
): Promise<void> {
  for (const name of [CACHED, UNCACHED]) {
    const [own, other] = [name, otherName(name)].map((wanted) =>
      subjects.find((subject) => subject.name === wanted),
    );
    if (own === undefined || other === undefined) continue;
    const turn = async (subject: Subject) =>
      (await load(subject, hosts, ONE_HOST, SECONDS)).microseconds;
    const [ratios, owns, others]: number[][] = [[], [], []];
    for (let group = 0; group < groups; group += 1) {
      const [a, b, c, d] = [await turn(own), await turn(other), await turn(other), await turn(own)];
      ratios?.push((a + d) / (b + c));
      owns?.push(a, d);
      others?.push(b, c);
    }
    const at = (values: readonly number[] = [], share = 0.5) => quantile(values, share);
    console.log(
      `\n${name}, in turn with the other build: ratio ${at(ratios).toFixed(3)} (quartiles ${at(ratios, 0.25).toFixed(3)} and ${at(ratios, 0.75).toFixed(3)} of ${groups} groups), medians ${at(owns).toFixed(1)} and ${at(others).toFixed(1)} µs/request, least ${at(owns, 0).toFixed(1)} and ${at(others, 0).toFixed(1)}`,
    );
  }
}
