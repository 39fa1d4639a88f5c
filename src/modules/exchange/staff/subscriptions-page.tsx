import { useState } from 'react';
import { Button, Chip, DataList, Empty, Loaded, Notice, PageBody, PageHead, RefusalNotice, Skeleton, api, formatMoment, formatNumber, toast, useAct, useLanguage, useRead, useWords, type Tone } from '../../../ui/index.ts';
import { mostBacklog, type SubscriptionLine, type TriedAnswer } from '../contract.ts';
import { subscriptionsApi } from '../paths.ts';
import { words } from '../words.ts';
import { ExchangeTabs } from './exchange-tabs.tsx';
import css from './exchange.module.css';

/** Who is told of changes, how far he is, and what keeps him from being told. */
export function SubscriptionsPage() {
  const t = useWords(words);
  const language = useLanguage();
  const read = useRead<{ subscriptions: readonly SubscriptionLine[] }>(subscriptionsApi, { everySeconds: 5 });
  const [tried, setTried] = useState<TriedAnswer & { to: string }>();
  const state = (line: SubscriptionLine): { text: string; tone: Tone } =>
    line.state === 'active' ? (line.tries > 0 ? { text: t.subTrying(line.tries), tone: 'attention' } : { text: t.subActive, tone: 'done' }) : line.state === 'error' ? { text: t.subError, tone: 'danger' } : line.state === 'off' ? { text: t.subOff, tone: 'plain' } : { text: t.subRequested, tone: 'accent' };
  const waiting = (line: SubscriptionLine) => (line.backlog >= mostBacklog ? t.backlogMost(mostBacklog) : formatNumber(line.backlog, { language }));
  return (
    <PageBody>
      <PageHead title={t.subscriptions} note={t.subscriptionsNote} />
      <ExchangeTabs />
      {tried ? <Notice tone={tried.taken ? 'done' : 'attention'} title={tried.taken ? t.testTaken(tried.to, tried.milliseconds) : t.testRefused(tried.to, tried.said)}>{t.testText}</Notice> : null}
      <Loaded read={read} skeleton={<Skeleton lines={6} />}>
        {({ subscriptions }) => (
          <DataList<SubscriptionLine>
            label={t.subscriptions}
            rows={subscriptions}
            rowKey={({ id }) => id}
            empty={<Empty title={t.noSubscriptions}>{t.noSubscriptionsText}</Empty>}
            tone={(line) => (line.state === 'off' ? 'past' : undefined)}
            columns={[
              { key: 'criteria', title: t.criteria, value: ({ criteria, reason }) => [reason, criteria].filter(Boolean).join(' '), render: ({ criteria, reason }) => <>{reason ?? criteria}{reason ? <small className={css.below}>{criteria}</small> : null}</> },
              { key: 'to', title: t.to, value: ({ to }) => to ?? '', render: ({ to }) => <span className={css.mono}>{to}</span>, width: '230px' },
              {
                key: 'state', title: t.state, value: (line) => state(line).text, choice: subscriptions.length > 5, width: '290px', narrow: 'bare',
                render: (line) => (
                  <>
                    <Chip tone={state(line).tone}>{state(line).text}</Chip>
                    {line.error && line.state !== 'off' ? <small className={css.below} title={line.error.code}>{line.error.text}</small> : null}
                    {line.failed && line.state !== 'off' ? <small className={css.below}>{[t.sinceWhen(formatMoment(line.failed, { language })), line.nextTry ? t.next(formatMoment(line.nextTry, { language })) : ''].filter(Boolean).join(', ')}</small> : null}
                  </>
                ),
              },
              { key: 'sent', title: t.delivered, value: ({ sent }) => sent, align: 'end', width: '150px', render: ({ sent, delivered }) => <>{formatNumber(sent, { language })}<small className={css.below}>{delivered ? formatMoment(delivered, { language }) : t.never}</small></> },
              { key: 'backlog', title: t.backlog, value: ({ backlog }) => backlog, align: 'end', width: '110px', render: (line) => <span title={t.backlogHint}>{waiting(line)}</span> },
              { key: 'act', title: t.act, value: () => '', sortable: false, width: '240px', narrow: 'bare', render: (line) => <Acts line={line} onTried={(answer) => setTried({ ...answer, to: line.to ?? line.id })} /> },
            ]}
          />
        )}
      </Loaded>
    </PageBody>
  );
}

function Acts({ line, onTried }: { line: SubscriptionLine; onTried: (answer: TriedAnswer) => void }) {
  const t = useWords(words);
  const refused = ({ sentence }: { sentence: string }) => toast(sentence, { tone: 'danger' });
  const path = `${subscriptionsApi}/${line.id}`;
  const goOn = useAct((_: void, call) => api.post(`${path}/resume`, {}, call), { renews: [subscriptionsApi], onDone: () => toast(t.wentOn) });
  const pause = useAct((_: void, call) => api.post(`${path}/stop`, {}, call), { renews: [subscriptionsApi], onDone: () => toast(t.paused, { onUndo: () => goOn.run() }), onRefused: refused });
  const test = useAct<void, TriedAnswer>((_, call) => api.post(`${path}/test`, {}, call), { onDone: onTried });
  const name = line.reason ?? line.criteria;
  const refusal = goOn.refusal ?? test.refusal;
  return (
    <>
      <span className={css.acts}>
        <Button small busy={test.busy} label={`${t.test}: ${name}`} onClick={() => test.run()}>{t.test}</Button>
        {line.state === 'active' ? <Button small busy={pause.busy} label={`${t.pause}: ${name}`} onClick={() => pause.run()}>{t.pause}</Button> : <Button small busy={goOn.busy} label={`${t.goOn}: ${name}`} onClick={() => goOn.run()}>{t.goOn}</Button>}
      </span>
      {refusal ? <RefusalNotice error={refusal} /> : null}
    </>
  );
}
