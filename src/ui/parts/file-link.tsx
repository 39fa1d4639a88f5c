import { IconDownload } from '@tabler/icons-react';
import css from './file-link.module.css';

/** A file to be saved: a link, so that the browser shows how far it is. `href` is the whole address. */
export function FileLink({ href, children, name }: { href: string; children: string; name?: string }) {
  return (
    <a className={css.link} href={href} download={name ?? true} data-print="no">
      <IconDownload size={16} stroke={1.8} aria-hidden="true" />
      <span>{children}</span>
    </a>
  );
}
