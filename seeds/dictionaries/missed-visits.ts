import { zipSync, strToU8 } from 'fflate';

/** A dictionary of the demo region's own, in the format of НСИ: why people do not come. The arc 2.999 is the one for examples (ITU-T X.660). */
export const missedVisitsOid = '2.999.64.1';

type Row = [id: string, name: string, parent: string | null, actual: '0' | '1'];

const first: readonly Row[] = [
  ['1', 'По обстоятельствам пациента', null, '1'],
  ['1.1', 'Забыл о записи', '1', '1'],
  ['1.2', 'Стало лучше', '1', '1'],
  ['1.3', 'Не смог приехать', '1', '1'],
  ['1.4', 'Госпитализирован', '1', '1'],
  ['2', 'По обстоятельствам поликлиники', null, '1'],
  ['2.1', 'Врач заболел', '2', '1'],
  ['2.2', 'Приём отменён без замены', '2', '1'],
  ['2.3', 'Талон выдан дважды', '2', '1'],
  ['3', 'Причина неизвестна', null, '1'],
];

const second: readonly Row[] = [
  ...first.filter(([id]) => id !== '2.3').map(([id, name, parent, actual]): Row => (id === '1.3' ? [id, 'Не смог приехать: погода, транспорт', parent, actual] : id === '2.2' ? [id, name, parent, '0'] : [id, name, parent, actual])),
  ['1.5', 'Принят раньше срока', '1', '1'],
  ['2.4', 'Приём перенесён, пациент не узнал', '2', '1'],
];

const versions: readonly { version: string; published: string; rows: readonly Row[] }[] = [
  { version: '1.0', published: '12.01.2026 10:00', rows: first },
  { version: '1.1', published: '02.11.2026 10:00', rows: second },
];

/** Each version as the files that the service of НСИ would give: passport and part. */
export function missedVisits(): { passport: { name: string; bytes: Uint8Array }; parts: { name: string; bytes: Uint8Array }[] }[] {
  return versions.map(({ version, published, rows }) => {
    const passport = {
      oid: missedVisitsOid, version, rowsCount: rows.length, publishDate: published, shortName: 'Причины неявки', fullName: 'Причины неявки на приём, Заречная область',
      description: 'Справочник области: им регистратура и врачи отмечают, почему приём не состоялся.',
      fields: [{ field: 'ID', dataType: 'VARCHAR', alias: 'Код' }, { field: 'NAME', dataType: 'VARCHAR', alias: 'Название' }, { field: 'PARENT', dataType: 'VARCHAR', alias: 'Код выше' }, { field: 'ACTUAL', dataType: 'VARCHAR', alias: 'Действует' }],
      keys: [{ field: 'ID', type: 'PRIMARY' }, { field: 'PARENT', type: 'FOREIGN' }, { field: 'NAME', type: 'VALUE' }],
      archive: version !== '1.1',
    };
    const list = rows.map(([id, name, parent, actual]) => Object.entries({ ID: id, NAME: name, PARENT: parent, ACTUAL: actual }).map(([column, value]) => ({ column, value })));
    const named = (kind: string, content: object) => ({ name: `${missedVisitsOid}_${version}_${kind}.json`, bytes: strToU8(JSON.stringify(content)) });
    return { passport: named('passport', passport), parts: [named('part1', { list })] };
  });
}

/** The same as one archive, as a person uploads it. */
export function missedVisitsArchive(): Uint8Array {
  return zipSync(Object.fromEntries(missedVisits().flatMap(({ passport, parts }) => [passport, ...parts].map(({ name, bytes }) => [name, bytes]))));
}
