import { describe, expect, test } from 'vitest';
import type { WorkloadVerdict } from '../../../src/model/frontend.ts';
import { parseVhost } from '../../../src/model/vhost.ts';
import { HOSTILE, UNSAFE } from '../../parts/hostile.ts';
import { asking, claims, container, desire, on, shortOf, unknown } from './containers.ts';

/** Every text of a verdict that desire itself worded; the name is the container's own. */
function wordsOf({ routes, rejections, hints }: WorkloadVerdict): readonly string[] {
  return [
    ...routes.flatMap(({ vhost, url }) => [vhost, url]),
    ...rejections.flatMap(({ vhost, detail, remedy }) => [vhost ?? '', detail, remedy]),
    ...hints,
  ];
}

describe('hostile text', () => {
  test.for(HOSTILE.map((text) => [text.slice(0, 20), text] as const))(
    '%j does no harm wherever it stands, and its neighbours are routed',
    ([, text]) => {
      const hostile = container(1, {
        name: text,
        env: { VIRTUALHOST: text, ALIAS: text, PORT: text, VIRTUAL_HOST: text },
        labels: {
          [text]: text,
          [`autodock.${text}`]: text,
          [`autodock.${text}.host`]: text,
          'autodock.network': text,
          'autodock.weight': text,
          'autodock.health': text,
          'autodock.ok.host': `${text} ok.local`,
        },
        addresses: [on(text, '10.0.0.1')],
      });
      const named = container(2, {
        labels: { 'autodock.ok.host': `${text},ok.local`, 'autodock.host': text },
      });
      const lost = asking(4, 'lost.local', { networkMode: `container:${text}` });
      const seen = asking(5, 'seen.local', { addresses: [on(text, null)] });

      const all = [hostile, named, asking(3, 'a.local'), lost, seen];
      const { frontends, verdicts } = desire(all);

      for (const vhost of frontends.keys()) {
        expect(parseVhost(vhost)).toBe(vhost);
      }
      for (const host of ['ok.local', 'a.local']) {
        expect(Array.from(frontends.values()).find(({ vhost }) => vhost === host)).toMatchObject({
          backends: [{ url: expect.stringMatching(/^http:\/\/172\.17\.0\.[23]:80$/) }],
        });
      }
      for (const words of verdicts.flatMap(wordsOf)) {
        expect(UNSAFE.exec(words)).toBeNull();
        expect(words.length).toBeLessThan(1500);
      }
    },
  );

  test.for(HOSTILE.map((text) => [text.slice(0, 20), text] as const))(
    '%j in a claim is not kept',
    ([, text]) => {
      const isVhost = parseVhost(text) === text;
      const claimed = claims({
        [text]: { 'http://172.17.0.1:80': [shortOf(1)] },
        'a.local': { [text]: [shortOf(1)], [`http://${text}:80`]: [shortOf(1)], x: [text] },
      });
      const { frontends } = desire([unknown(1)], {}, claimed);

      expect([...frontends.keys()]).toEqual(isVhost ? [text] : []);
    },
  );
});
