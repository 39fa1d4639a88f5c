import { CloseButton, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import css from './overlays.module.css';

/** A question or a short form over the page: the focus stays within, Esc and the veil close it. `foot` holds the acts, the main one last. */
export function Dialog({ open, onClose, title, children, foot, wide = false }: { open: boolean; onClose: () => void; title: ReactNode; children?: ReactNode; foot?: ReactNode; wide?: boolean }) {
  const t = useWords(uiWords);
  return (
    <Modal.Root opened={open} onClose={onClose} size={wide ? 720 : 460} lockScroll={false} centered classNames={{ content: css.dialog }}>
      <Modal.Overlay />
      <Modal.Content>
        <div className={css.head}>
          <Modal.Title className={css.title}>{title}</Modal.Title>
          <CloseButton data-autofocus={foot === undefined || undefined} aria-label={t.close} onClick={onClose} />
        </div>
        {children === undefined ? null : <div className={css.inside}>{children}</div>}
        {foot === undefined ? null : <div className={css.acts}>{foot}</div>}
      </Modal.Content>
    </Modal.Root>
  );
}
