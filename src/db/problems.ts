import { defineProblems } from '../kernel/problem.ts';

export const dbProblems = defineProblems({
  'db.unavailable': {
    category: 'unavailable',
    ru: 'База данных сейчас не отвечает. Ничего не потеряно: повторите через несколько секунд.',
    en: 'The database does not answer at the moment. Nothing is lost: try again in a few seconds.',
  },
  'db.no-space': {
    category: 'unavailable',
    ru: 'На диске базы данных кончилось место: запись не сделана, прежние данные целы. Освободите место; Карту перезапускать не нужно.',
    en: 'The disk of the database is full: nothing was written, earlier data are whole. Free some space; Karta need not be restarted.',
  },
  'db.in-use': {
    category: 'conflict',
    ru: 'С папкой данных {data} уже работает другая Карта (процесс {pid}). Остановите её или укажите другую папку: KARTA_DATA.',
    en: 'Another Karta (process {pid}) already works with the data folder {data}. Stop it or name another folder in KARTA_DATA.',
  },
  'db.not-ours': {
    category: 'forbidden',
    ru: 'База данных в папке {folder} принадлежит другому пользователю (uid {owner}). Запустите Карту от его имени или от root.',
    en: 'The database in {folder} belongs to another user (uid {owner}). Start Karta as that user or as root.',
  },
  'db.no-binaries': {
    category: 'unsupported',
    ru: 'Для этой системы ({platform}) встроенного PostgreSQL нет. Укажите свой сервер PostgreSQL 15–18 в DATABASE_URL.',
    en: 'There is no embedded PostgreSQL for this system ({platform}). Name your own PostgreSQL 15 to 18 in DATABASE_URL.',
  },
  'db.start-failed': {
    category: 'unavailable',
    ru: 'Встроенный PostgreSQL не запустился: {reason}. Подробности — в {log}.',
    en: 'The embedded PostgreSQL did not start: {reason}. Details are in {log}.',
  },
  'db.other-major': {
    category: 'conflict',
    ru: 'Данные в {folder} записаны PostgreSQL {found}, а встроен PostgreSQL {wanted}. Сделайте копию прежней версией Карты (karta backup) и восстановите её в пустую папку (karta restore).',
    en: 'The data in {folder} were written by PostgreSQL {found}, the embedded one is {wanted}. Back up with the former Karta (karta backup) and restore into an empty folder (karta restore).',
  },
  'db.unsuitable-server': {
    category: 'unsupported',
    ru: 'Сервер базы данных не подходит: {found}. Нужен PostgreSQL 15–18 с базой в кодировке UTF-8.',
    en: 'The database server is not suitable: {found}. PostgreSQL 15 to 18 with a UTF-8 database is needed.',
  },
  'db.newer': {
    category: 'conflict',
    ru: 'База данных новее этой версии Карты: в ней есть изменение {found}, а программа знает только {known}. Установите более новую версию Карты.',
    en: 'The database is newer than this Karta: it holds migration {found}, the program knows {known}. Install a newer Karta.',
  },
  'db.migration-changed': {
    category: 'conflict',
    ru: 'Файл {file} изменён после того, как был применён к этой базе. Верните его прежний текст: изменения вносят новым файлом.',
    en: 'The file {file} was changed after it had been applied to this database. Put its former text back: changes go into a new file.',
  },
  'db.migration-missed': {
    category: 'conflict',
    ru: 'Файл {file} не применён к этой базе, хотя более поздний уже применён. Дайте ему номер больше последнего.',
    en: 'The file {file} was not applied to this database although a later one was. Give it a number above the last one.',
  },
  'db.half-restored': {
    category: 'conflict',
    ru: 'Восстановление этой базы из копии не было завершено, данные в ней неполны. Очистите её и повторите: karta restore.',
    en: 'The restore of this database was not finished, its data are incomplete. Empty it and repeat: karta restore.',
  },
  'backup.folder-not-empty': {
    category: 'conflict',
    ru: 'Папка {folder} не пуста. Укажите новую: старые копии не перезаписываются.',
    en: 'The folder {folder} is not empty. Name a new one: earlier backups are never overwritten.',
  },
  'backup.unfinished': {
    category: 'incorrect',
    ru: 'В папке {folder} нет законченной резервной копии: её создание было прервано или это другая папка.',
    en: 'There is no finished backup in {folder}: it was interrupted, or this is another folder.',
  },
  'backup.damaged': {
    category: 'incorrect',
    ru: 'Резервная копия повреждена: файл {file} не такой, каким был записан. Ничего не восстановлено.',
    en: 'The backup is damaged: the file {file} is not what was written. Nothing was restored.',
  },
  'backup.other-program': {
    category: 'conflict',
    ru: 'Копия сделана другой версией Карты: изменение {migration} этой версии неизвестно или отличается. Установите ту версию, которой сделана копия ({version}), или новее.',
    en: 'The backup was made by another Karta: this one does not know migration {migration}, or knows another text of it. Install the version that made it ({version}) or a newer one.',
  },
  'backup.key-needed': {
    category: 'incorrect',
    ru: 'Копия зашифрована. Укажите закрытый ключ получателя: --key KEY.pem.',
    en: 'The backup is encrypted. Name the private key of its recipient: --key KEY.pem.',
  },
  'backup.wrong-key': {
    category: 'incorrect',
    ru: 'Этот ключ не открывает копию: она зашифрована для другого получателя.',
    en: 'This key does not open the backup: it was encrypted to another recipient.',
  },
  'backup.unsuitable-key': {
    category: 'incorrect',
    ru: 'Ключ {file} не подходит: нужен ключ X25519 или RSA от 2048 бит в формате PEM.',
    en: 'The key {file} is not suitable: an X25519 key or an RSA key of at least 2048 bits in PEM is needed.',
  },
  'restore.not-empty': {
    category: 'conflict',
    ru: 'База данных не пуста (таблиц в ней — {tables}). Восстанавливать можно только в пустую папку данных (KARTA_DATA) или пустую базу (DATABASE_URL).',
    en: 'The database is not empty (tables in it: {tables}). Restore goes only into an empty data folder (KARTA_DATA) or an empty database (DATABASE_URL).',
  },
});
