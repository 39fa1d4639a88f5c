import { IconCircleCheck, IconUpload } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { ComponentType, DragEvent } from 'react';
import css from './file-drop.module.css';

export interface FileDropProps {
  /** «Положите сюда файлы или выберите». */
  title: string;
  hint: string;
  accept?: string;
  multiple?: boolean;
  disabled?: boolean;
  /** What kind of file it is for; an upload where it takes several kinds. */
  icon?: ComponentType<{ size?: number; stroke?: number; 'aria-hidden'?: 'true' }>;
  /** There is a file in it already. */
  done?: boolean;
  large?: boolean;
  onFiles: (files: readonly File[]) => void;
}

/** A place for files: they are dropped on it, or chosen by click, Enter or a phone's own dialog. */
export function FileDrop({ title, hint, accept, multiple = false, disabled = false, icon = IconUpload, done = false, large = false, onFiles }: FileDropProps) {
  const [over, setOver] = useState(false);
  const hintId = useId();
  const Icon = done ? IconCircleCheck : icon;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (!disabled && files.length > 0) onFiles(multiple ? files : files.slice(0, 1));
  };
  return (
    <label className={css.drop} data-large={large || undefined} data-over={over || undefined} data-done={done || undefined} data-disabled={disabled || undefined} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
      <Icon size={large ? 36 : 26} stroke={1.5} aria-hidden="true" />
      <b>{title}</b>
      <span id={hintId}>{hint}</span>
      <input
        type="file"
        aria-label={title}
        aria-describedby={hintId}
        disabled={disabled}
        multiple={multiple}
        {...(accept ? { accept } : {})}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          // the same file chosen again is a choice, too
          event.target.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </label>
  );
}
