import { IconCheck, IconClock, IconDoorEnter, IconPencil, IconUserX } from '@tabler/icons-react';
import { Chip, formatWait, useLanguage, useWords } from '../../../ui/index.ts';
import type { DayLine } from '../contract.ts';
import { chartWords } from '../words.ts';

/** The state of a booking in a word with its sign. */
export function LineChip({ line, now }: { line: DayLine; now: Date }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const she = line.patient.sex === 'female';
  switch (line.state) {
    case 'done':
      return <Chip tone="done" icon={<IconCheck aria-hidden="true" />}>{she ? t.doneShe : t.doneHe}</Chip>;
    case 'in-room':
      return <Chip tone="accent" icon={<IconDoorEnter aria-hidden="true" />}>{t.inRoom}</Chip>;
    case 'unfinished':
      return <Chip tone="attention" icon={<IconPencil aria-hidden="true" />}>{t.unfinished}</Chip>;
    case 'arrived':
      return <Chip tone="attention" icon={<IconClock aria-hidden="true" />}>{t.arrived(formatWait(line.arrived ?? line.start, { language, now }))}</Chip>;
    case 'noshow':
      return <Chip icon={<IconUserX aria-hidden="true" />}>{she ? t.noshowShe : t.noshowHe}</Chip>;
    default:
      return <Chip>{line.booked && language === 'ru' ? said(line.booked, she) : t.booked}</Chip>;
  }
}

/** «Записан через Госуслуги» as it is said of her: «записана через Госуслуги». */
const said = (text: string, she: boolean) => (text[0]!.toLowerCase() + text.slice(1)).replace(/^записан(?= )/, she ? 'записана' : 'записан');
