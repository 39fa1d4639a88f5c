import { totalmem } from 'node:os';

/** Settings of the embedded PostgreSQL: durable first, then sized for a small machine that runs Karta beside it. */
export function postgresSettings(): Record<string, string> {
  const megabytes = totalmem() / 2 ** 20;
  const share = (part: number, least: number, most: number): string => `${Math.round(Math.min(most, Math.max(least, megabytes * part)))}MB`;
  return {
    // Durability: an acknowledged write survives the loss of any process or of power.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    // Reached through the unix socket alone.
    listen_addresses: '',
    unix_socket_permissions: '0700',
    max_connections: '100',
    timezone: 'UTC',
    log_timezone: 'UTC',
    shared_buffers: share(1 / 8, 64, 2048),
    effective_cache_size: share(1 / 2, 256, 65536),
    work_mem: share(1 / 256, 4, 32),
    maintenance_work_mem: share(1 / 32, 32, 512),
    max_wal_size: '4GB',
    min_wal_size: '256MB',
    checkpoint_timeout: '10min',
    wal_compression: 'pglz',
    random_page_cost: '1.1',
    jit: 'off',
    max_parallel_workers_per_gather: '1',
    autovacuum_vacuum_scale_factor: '0.05',
    autovacuum_vacuum_insert_scale_factor: '0.1',
    autovacuum_analyze_scale_factor: '0.02',
    // Nothing that identifies a person reaches the log: no statements, no values of a refused row.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    logging_collector: 'on',
    log_directory: '../log',
    log_filename: 'postgres-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_rotation_size: '0',
  };
}

export function settingsText(settings: Readonly<Record<string, string>>): string {
  return ['# Written by Karta at every start. Own settings go to own.conf beside this file.', ...Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`), ''].join('\n');
}
