import type { MouseEvent, ReactNode, Ref } from 'react';
import { useId } from 'react';
import css from './button.module.css';

export interface ButtonProps {
  /** A verb: «Подписать документ». */
  children: ReactNode;
  /** `main` once on a page; `danger` for what cannot be taken back. */
  kind?: 'main' | 'plain' | 'quiet' | 'danger';
  onClick?: (event: MouseEvent<HTMLButtonElement>) => void;
  /** The keys that do the same, shown on the button: `Ctrl ↵`. */
  keys?: string;
  /** Why it cannot be pressed now. The button stays reachable, so that the reason can be read. */
  reason?: string | undefined;
  busy?: boolean;
  icon?: ReactNode;
  small?: boolean;
  /** As wide as its place: the one act of a phone screen. */
  wide?: boolean;
  type?: 'button' | 'submit';
  label?: string;
  ref?: Ref<HTMLButtonElement>;
}

/** A button says what it does. Disabled it says why. */
export function Button({ children, kind = 'plain', onClick, keys, reason, busy = false, icon, small, wide, type = 'button', label, ref }: ButtonProps) {
  const reasonId = useId();
  const off = busy || reason !== undefined;
  return (
    <>
      <button
        ref={ref}
        type={type}
        className={css.button}
        data-kind={kind}
        data-small={small || undefined}
        data-wide={wide || undefined}
        data-print="no"
        aria-disabled={off || undefined}
        aria-busy={busy || undefined}
        aria-describedby={reason === undefined ? undefined : reasonId}
        aria-label={label}
        title={reason}
        onClick={(event) => {
          if (off) {
            event.preventDefault();
            return;
          }
          onClick?.(event);
        }}
      >
        {icon}
        <span className={css.text}>{children}</span>
        {keys === undefined ? null : <kbd aria-hidden="true">{keys}</kbd>}
      </button>
      {reason === undefined ? null : <span id={reasonId} hidden>{reason}</span>}
    </>
  );
}
