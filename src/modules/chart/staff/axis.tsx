import { IconFileCheck } from '@tabler/icons-react';
import { Chip, Timeline, daysFromNow, useGo, useWords } from '../../../ui/index.ts';
import type { TimelineItem } from '../contract.ts';
import { chartWords } from '../words.ts';
import css from './card.module.css';

/** Where an item leads: the open visit, the signed document, nowhere. */
function pathOf(item: TimelineItem): string | undefined {
  if (item.open && item.encounter) return `/visits/${item.encounter}`;
  return item.document ? `/documents/${item.document}` : undefined;
}

/** Items on the axis; the filtering is the server's. */
export function Axis({ items }: { items: readonly TimelineItem[] }) {
  const t = useWords(chartWords);
  const go = useGo();
  return (
    <Timeline
      filter={false}
      page={items.length}
      items={items.map((item) => {
        const path = pathOf(item);
        return {
          key: item.key, at: item.at, ...(item.till ? { till: item.till } : {}), title: item.title, fresh: daysFromNow(item.at) === 0,
          note: <>{item.out ? <><span className={css.out}>{item.out.join(', ')}</span>{item.note ? ', ' : ''}</> : null}{item.note}</>,
          ...(item.open ? { mark: <Chip tone="attention">{t.open}</Chip> } : item.kind === 'visit' && item.document ? { mark: <Chip tone="done" icon={<IconFileCheck aria-hidden="true" />}>{t.signed}</Chip> } : {}),
          ...(path ? { href: path, onOpen: () => go(path) } : {}),
        };
      })}
    />
  );
}
