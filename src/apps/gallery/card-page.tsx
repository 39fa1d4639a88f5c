import { Button, Chip, DataList, PageBody, Part, PatientBanner, Sheet, Sparkline, Timeline, TrendChart, Value, formatMoment, useHotkey } from '../../ui/index.ts';
import css from './gallery.module.css';
import { findings } from './sample.ts';

/** The card: a banner, what matters today, time. */
export function CardPage() {
  useHotkey('ctrl+enter', () => undefined, { text: 'Начать приём' });
  const writing = { now: new Date('2026-11-21T09:21:00+03:00') };
  return (
    <>
      <PatientBanner
        name="Иванова Мария Петровна"
        birthDate="1959-03-14"
        gender="female"
        snils="11223344595"
        district="7"
        allergies={{ kind: 'known', items: [{ text: 'пенициллины', note: 'Крапивница, 2019, со слов и по выписке' }] }}
        alerts={[{ text: 'Диспансерный учёт: ИБС' }]}
        actions={<><Button>Ещё</Button><Button kind="main" keys="Ctrl ↵">Начать приём</Button></>}
      />
      <PageBody kind="sides">
        <div className={css.column}>
          <Part title="Важно сегодня">
            <DataList
              label="Диагнозы"
              rows={[{ name: 'Гипертоническая болезнь II ст.', since: 'март 2016', by: 'Соколова А. В.' }, { name: 'Стенокардия напряжения II ФК', since: 'май 2021', by: 'Кардиоцентр' }, { name: 'Остеоартроз коленных суставов', since: '2018', by: 'Павлов Н. К.' }]}
              rowKey={(row) => row.name}
              columns={[{ key: 'name', title: 'Диагноз', value: (row) => row.name }, { key: 'since', title: 'С какого времени', value: (row) => row.since, sortable: false }, { key: 'by', title: 'Кто поставил', value: (row) => row.by }]}
              empty={null}
            />
          </Part>
          <Part title="Показатели">
            <DataList
              label="Показатели"
              rows={findings}
              rowKey={(row) => row.name}
              columns={[
                { key: 'name', title: 'Показатель', value: (row) => row.name },
                { key: 'value', title: 'Значение', value: (row) => row.value, align: 'end', sortable: false, narrow: 'bare', render: (row) => <Value value={row.value} unit={row.unit} low={row.low} high={row.high} verdict={row.verdict} /> },
                { key: 'trend', title: 'Ход', value: () => '', sortable: false, narrow: 'side', render: (row) => <Sparkline points={row.points} low={row.low} high={row.high} /> },
                { key: 'at', title: 'Когда', value: (row) => row.at, narrow: 'bare', render: (row) => <span className={css.quiet}>{formatMoment(row.at, writing)}</span> },
              ]}
              empty={null}
            />
          </Part>
          <Sheet kind="pad">
            <TrendChart title="Артериальное давление" unit="мм рт. ст." series={[{ key: 's', name: 'Верхнее', points: findings[0]!.points, low: 100, high: 139 }, { key: 'd', name: 'Нижнее', points: findings[0]!.points.map((point) => ({ at: point.at, value: Math.round(point.value * 0.6) })) }]} />
          </Sheet>
        </div>
        <div className={css.column}>
          <Part title="Пора">
            <Sheet kind="pad"><p>Осмотр кардиолога — <b>просрочен на 3 недели</b></p><p>Вакцинация от гриппа — до 15 дек</p></Sheet>
          </Part>
          <Part title="Время">
            <Timeline
              filter
              items={[
                { key: '1', at: '2026-11-21T09:05:00+03:00', title: 'Доврачебный осмотр', note: 'Медсестра Орлова Т. И. · давление, пульс, вес', fresh: true },
                { key: '2', at: '2026-11-12', title: 'Анализ крови биохимический', note: 'ЛПНП выше цели · прочитано вами 13 ноя', onOpen: () => undefined },
                { key: '3', at: '2026-10-30', title: 'Приём терапевта', note: 'Протокол подписан', mark: <Chip tone="done">подпись верна</Chip>, onOpen: () => undefined },
                { key: '4', at: '2021-05-14', till: '2021-05-21', title: 'Кардиоцентр, стационар', note: 'Выписной эпикриз · коронарография' },
                { key: '5', at: '2019', title: 'Копия с бумаги: карта 025/у, 64 стр.', note: 'Архив, короб 18-204 · распознано' },
              ]}
            />
          </Part>
        </div>
      </PageBody>
    </>
  );
}
