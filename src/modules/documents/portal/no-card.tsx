import { Empty, Sheet, useWords } from '../../../ui/index.ts';
import { words } from './words.ts';

/** An account that has no card yet. */
export function NoCard() {
  const t = useWords(words);
  return <Sheet><Empty title={t.noCard}>{t.noCardText}</Empty></Sheet>;
}
