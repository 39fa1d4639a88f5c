import { initials } from '../format.ts';
import css from './face.module.css';

/** A person's photo, or initials. Says nothing to readers: the name always stands beside it. */
export function Face({ name, photo, size = 40, on }: { name: string; photo?: string | undefined; size?: number; on?: boolean }) {
  return (
    <span className={css.face} data-on={on || undefined} style={{ width: size, height: size, fontSize: size * 0.36 }} aria-hidden="true" data-initials={photo ? undefined : initials(name)}>
      {photo ? <img src={photo} alt="" width={size} height={size} /> : null}
    </span>
  );
}
