import css from './progress.module.css';

export interface ProgressProps {
  /** What is under way: «Загружаем справочники». */
  label: string;
  /** 0 to 1; undefined while nobody knows. */
  share: number | undefined;
  /** In words beside the bar: «12 из 138, осталось около 2 мин». */
  children?: string | undefined;
}

/** How far long work is: a bar and the same in words, which a reader hears now and then. */
export function Progress({ label, share, children }: ProgressProps) {
  const percent = share === undefined ? undefined : Math.max(0, Math.min(100, Math.floor(share * 100)));
  return (
    <div className={css.progress}>
      <div className={css.bar} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} aria-valuetext={children} data-unknown={percent === undefined || undefined}>
        <i style={{ width: `${percent ?? 100}%` }} />
      </div>
      {children === undefined ? null : <small>{children}</small>}
    </div>
  );
}
