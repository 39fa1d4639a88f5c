import { IconCloudCheck, IconCloudUp, IconDeviceFloppy } from '@tabler/icons-react';
import { formatTime } from '../format.ts';
import type { Refusal } from '../client.ts';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import { Button } from './button.tsx';
import { Chip } from './chip.tsx';

export type AutosaveState =
  | { kind: 'nothing' }
  | { kind: 'saving'; /** When it was last saved: what is shown meanwhile, so that nothing flickers. */ at?: Date }
  | { kind: 'saved'; at: Date }
  /** On this device only, until the line is back. */
  | { kind: 'here'; at: Date }
  | { kind: 'failed'; refusal: Refusal };

/** Where the typed words are: «Сохранено в 12:41:07». */
export function Autosave({ state, onAgain }: { state: AutosaveState; onAgain?: () => void }) {
  const t = useWords(uiWords);
  if (state.kind === 'nothing') return null;
  if (state.kind === 'failed') {
    return (
      <span role="alert">
        <Chip tone="danger" title={state.refusal.sentence}>
          {t.notSaved}: {state.refusal.sentence}
        </Chip>
        {onAgain ? <Button kind="quiet" small onClick={onAgain}>{t.again}</Button> : null}
      </span>
    );
  }
  if (state.kind === 'here') {
    return <Chip tone="attention" title={t.savedHereHint} icon={<IconDeviceFloppy aria-hidden="true" />}>{t.savedHere(formatTime(state.at, undefined, true))}</Chip>;
  }
  if (!state.at) return <Chip icon={<IconCloudUp aria-hidden="true" />}>{t.saving}</Chip>;
  return <Chip tone="done" icon={<IconCloudCheck aria-hidden="true" />}>{t.saved(formatTime(state.at, undefined, true))}</Chip>;
}
