import { useState } from 'react';
import { Button, Chip, DataList, Empty, Loaded, PageBody, PageHead, Part, Progress, Sheet, Skeleton, api, confirm, formatMoment, toast, useAct, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { IndexAnswer } from '../contract.ts';
import { indexApi } from '../paths.ts';
import { words } from '../words.ts';
import { ExchangeTabs } from './exchange-tabs.tsx';
import css from './exchange.module.css';

type Line = IndexAnswer['parameters'][number];
type Building = IndexAnswer['building'][number];

/** Search parameters of one's own and the reindexing that makes them searchable: how far, how fast, stopped and gone on. */
export function ParametersPage() {
  const t = useWords(words);
  const read = useRead<IndexAnswer>(indexApi, { everySeconds: 2, types: ['SearchParameter'] });
  const renew = useAct((types: readonly string[], call) => api.post(indexApi, { types }, call), { renews: [indexApi], onDone: () => toast(t.renewed), onRefused: ({ sentence }) => toast(sentence, { tone: 'danger' }) });
  const ask = async ({ types }: Line) => {
    if (await confirm({ title: t.renewAsk(types.join(', ')), text: t.renewText, act: t.renew })) renew.run(types);
  };
  const state = (line: Line) => (line.refused ? t.refused : line.searchable ? t.searchable : t.building);
  return (
    <PageBody>
      <PageHead title={t.searchParameters} note={t.parametersNote} />
      <ExchangeTabs />
      <Loaded read={read} skeleton={<Skeleton lines={6} />}>
        {({ parameters, building }) => (
          <>
            <Part title={t.reindexing}>
              {building.length === 0 ? <Sheet><Empty title={t.quiet}>{t.quietText}</Empty></Sheet> : building.map((one) => <Reindexing key={one.generation} one={one} at={read.dataUpdatedAt} />)}
            </Part>
            <DataList<Line>
              label={t.searchParameters}
              rows={parameters}
              rowKey={({ id }) => id}
              empty={<Empty title={t.noParameters}>{t.noParametersText}</Empty>}
              columns={[
                { key: 'code', title: t.code, value: ({ code }) => code, width: '220px' },
                { key: 'types', title: t.forTypes, value: ({ types }) => types.join(', ') },
                { key: 'state', title: t.state, value: state, width: '300px', narrow: 'bare', render: (line) => <><Chip tone={line.refused ? 'danger' : line.searchable ? 'done' : 'accent'}>{state(line)}</Chip>{line.refused ? <small className={css.below}>{line.refused}</small> : null}</> },
                { key: 'url', title: t.url, value: ({ url }) => url, render: ({ url }) => <span className={css.mono}>{url}</span>, narrow: 'hide' },
                { key: 'act', title: t.act, value: () => '', sortable: false, width: '190px', narrow: 'bare', render: (line) => (line.types.length === 0 ? null : <span className={css.acts}><Button small busy={renew.busy} label={`${t.renew}: ${line.code}`} onClick={() => void ask(line)}>{t.renew}</Button></span>) },
              ]}
            />
          </>
        )}
      </Loaded>
    </PageBody>
  );
}

function Reindexing({ one, at }: { one: Building; at: number }) {
  const t = useWords(words);
  const language = useLanguage();
  const rate = useRate(one.rows, at);
  const act = (verb: 'stop' | 'resume') => (_: void, call: { idempotencyKey: string }) => api.post(`${indexApi}/${one.generation}/${verb}`, {}, call);
  const refused = ({ sentence }: { sentence: string }) => toast(sentence, { tone: 'danger' });
  const resume = useAct(act('resume'), { renews: [indexApi], onDone: () => toast(t.continued), onRefused: refused });
  const stop = useAct(act('stop'), { renews: [indexApi], onDone: () => toast(t.stopped, { onUndo: () => resume.run() }), onRefused: refused });
  const left = one.share > 0.01 ? Math.round((one.rows * (1 - one.share)) / one.share) : undefined;
  const said = [t.passed(one.rows), one.paused ? t.held : one.rows === 0 && one.share === 0 ? t.planning : rate > 0 ? t.rate(rate) : '', left === undefined ? '' : t.left(left)].filter(Boolean).join(' · ');
  return (
    <Sheet kind="pad">
      <div className={css.job}>
        <div className={css.head}>
          <b>{t.reindexOf(one.types === 'all' ? t.allTypes : one.types.join(', '))}</b>
          {one.paused ? <Chip tone="attention">{t.held}</Chip> : null}
          <small>{formatMoment(one.since, { language })}</small>
        </div>
        <Progress label={t.reindexing} share={one.share}>{said}</Progress>
        <div className={css.acts}>
          {one.paused ? <Button small busy={resume.busy} onClick={() => resume.run()}>{t.goOn}</Button> : <Button small busy={stop.busy} onClick={() => stop.run()}>{t.stop}</Button>}
        </div>
      </div>
    </Sheet>
  );
}

/** Rows a second over what was seen on this page, some ten seconds back. */
function useRate(rows: number, at: number): number {
  const [seen, setSeen] = useState([{ at, rows }]);
  const [first, last] = [seen[0]!, seen.at(-1)!];
  if (last.rows !== rows) setSeen([...seen.slice(-5), { at, rows }]);
  return last.at > first.at ? Math.round(((last.rows - first.rows) * 1000) / (last.at - first.at)) : 0;
}
