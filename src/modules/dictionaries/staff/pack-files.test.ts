import { unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { firstGap, packChosen, readChosen } from './pack-files.ts';

const file = (name: string, bytes: Uint8Array = new Uint8Array([1])) => new File([bytes as Uint8Array<ArrayBuffer>], name);

test('what belongs together is told by the names, also of files inside an archive, and goes as one archive', async () => {
  const archive = zipSync({ 'nsi/1.2.3_1.10_part2.json.gz': new Uint8Array([2]), 'nsi/readme.txt': new Uint8Array([3]) });
  const chosen = await readChosen([file('1.2.3_1.10_passport.json'), file('1.2.3_1.10_part1.json.gz'), file('all.zip', archive), file('photo.jpg'), file('torn.zip')]);
  expect(chosen.dictionaries).toEqual([{ oid: '1.2.3', version: '1.10', passport: true, parts: [1, 2] }]);
  expect(chosen.foreign).toBe(3);
  const more = await readChosen([file('1.2.4_2_part1.json')], chosen);
  expect(more.dictionaries.map(({ oid, passport }) => [oid, passport])).toEqual([['1.2.3', true], ['1.2.4', false]]);
  expect(Object.keys(unzipSync(new Uint8Array(await packChosen(more).arrayBuffer()))).sort()).toEqual(['1.2.3_1.10_part1.json.gz', '1.2.3_1.10_part2.json.gz', '1.2.3_1.10_passport.json', '1.2.4_2_part1.json']);
});

test.each([[[1, 2, 3], undefined], [[], 1], [[1, 3], 2], [[2], 1]])('parts %j: the first that is missing is %s', (parts, gap) => {
  expect(firstGap(parts)).toBe(gap);
});
