import { Button, Chip, Go, Sheet } from '../../ui/index.ts';
import css from './gallery.module.css';

/** A mother's phone. */
export function PatientPage() {
  return (
    <>
      <h1>Ева, 5 месяцев</h1>
      <Sheet kind="pad" tone="accent">
        <h2>Завтра в 9:40 — педиатр</h2>
        <p>Лебедева Ольга Юрьевна, каб. 12<br />Детская поликлиника, Садовая, 8</p>
        <div className={css.between}><Go to="/documents">Перенести</Go><Go to="/results">Как подготовиться</Go></div>
      </Sheet>
      <Sheet kind="pad">
        <div className={css.between}><h2>Анализ крови готов</h2><Chip tone="done">всё в норме</Chip></div>
        <p>Гемоглобин 118&nbsp;г/л — обычное значение для этого возраста.</p>
        <small>Так написал врач: «Показатели возрастной нормы». Вчера в 18:20</small>
      </Sheet>
      <Sheet kind="pad">
        <div className={css.between}><h2>Пора</h2><Chip tone="attention">до 30 ноября</Chip></div>
        <p>Третья прививка от коклюша, дифтерии и столбняка. Можно сделать завтра на приёме.</p>
      </Sheet>
      <Button kind="main" wide>Записаться или вызвать врача</Button>
    </>
  );
}
