import { Chip, DataList, Empty, PageBody, PageHead, Part, Sheet, toast } from '../../ui/index.ts';
import type { Column } from '../../ui/index.ts';
import { bookings, crowd } from './sample.ts';
import type { Booking } from './sample.ts';
import css from './gallery.module.css';

const columns: readonly Column<Booking>[] = [
  { key: 'time', title: 'Время', value: (row) => row.time, width: '64px', narrow: 'bare', render: (row) => <span className={css.quiet}>{row.time}</span> },
  { key: 'name', title: 'Пациент', value: (row) => row.name, head: true, render: (row) => <>{row.name}<small className={css.second}>{row.reason}</small></> },
  { key: 'state', title: 'Состояние', value: (row) => row.state, align: 'end', narrow: 'bare', render: (row) => <Chip tone={row.tone}>{row.state}</Chip> },
];

/** My day and a long list. */
export function DayPage() {
  return (
    <PageBody kind="sides">
      <div className={css.column}>
        <PageHead title="Суббота, 21 ноября" note="принято 3 из 14 · отстаёте на 6 минут" />
        <DataList label="Приёмы сегодня" rows={bookings} columns={columns} rowKey={(row) => row.id} tone={(row) => row.row} onOpen={(row) => toast(`Открываем: ${row.name}`)} empty={<Empty title="Сегодня приёмов нет">Расписание меняет регистратура. Ближайший приём — в понедельник в 8:30.</Empty>} />
        <Part title="Участок 7">
          <DataList
            label="Пациенты участка"
            rows={crowd}
            csv="uchastok-7"
            rowKey={(row) => row.id}
            onOpen={(row) => toast(`Открываем: ${row.name}`)}
            columns={[
              { key: 'name', title: 'Пациент', value: (row) => row.name },
              { key: 'born', title: 'Родился', value: (row) => row.born },
              { key: 'district', title: 'Участок', value: (row) => row.district, choice: true },
              { key: 'pressure', title: 'АД', value: (row) => row.pressure, align: 'end' },
            ]}
            actions={[{ text: 'Пригласить', act: (row) => toast(`Приглашение отправлено: ${row.name}`, { onUndo: () => toast('Приглашение отозвано') }), reason: (row) => (row.pressure < 130 ? 'Давление в норме' : undefined) }, { text: 'Напечатать направление', act: () => undefined }]}
            empty={<Empty title="На участке нет пациентов" />}
          />
        </Part>
      </div>
      <div className={css.column}>
        <Part title="Ждёт вас">
          <Sheet>
            {[['2', 'критических результата', 'калий 6,1 — Лебедев П. А., подтвердите до 9:45'], ['11', 'документов на подпись', 'самый старый — 26 часов'], ['7', 'новых результатов', '5 в норме — просмотреть вместе']].map(([count, what, note], at) => (
              <div key={what} className={css.wait}>
                <b>{count}</b>
                <span>{what}<small className={css.second}>{note}</small></span>
                {at === 0 ? <Chip tone="danger">сейчас</Chip> : null}
              </div>
            ))}
          </Sheet>
        </Part>
        <Part title="Ещё не загружено"><DataList label="Ждём" rows={undefined} columns={columns} rowKey={(row) => row.id} empty={null} /></Part>
        <Part title="Пусто"><DataList label="Пусто" rows={[]} columns={columns} rowKey={(row) => row.id} empty={<Empty title="Никто не ждёт подписи">Документ появляется здесь, когда приём закончен. Подписать можно прямо на приёме: Ctrl+Enter.</Empty>} /></Part>
      </div>
    </PageBody>
  );
}
