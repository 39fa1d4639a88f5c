import { IconUserPlus } from '@tabler/icons-react';
import { Button, PageBody, useGo, useWords } from '../../../ui/index.ts';
import { newCardPath } from '../../patients/paths.ts';
import { DayBoard } from './day-board.tsx';
import { FindField } from './find-field.tsx';
import css from './registry.module.css';
import { useDeskScanner } from './use-desk-scanner.ts';
import { words } from './words.ts';

/** The registry's own place: find or open a card at the left, the day at the right. */
export function DeskPage() {
  const t = useWords(words);
  const go = useGo();
  useDeskScanner();
  return (
    <PageBody>
      <div className={css.desk}>
        <div className={`${css.stack} ${css.sticky}`}>
          <FindField />
          <div><Button kind="quiet" icon={<IconUserPlus aria-hidden="true" />} onClick={() => go(newCardPath)}>{t.newCard}</Button></div>
        </div>
        <DayBoard />
      </div>
    </PageBody>
  );
}
