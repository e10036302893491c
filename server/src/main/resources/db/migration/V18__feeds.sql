-- Sources that are read: marketplaces, tills, other systems.
create table feed (
  name           text primary key,
  vendor         text not null,
  -- What a record is about: order, refund, member, event.
  kind           text not null,
  source         text not null,
  -- The scope of its buyers.
  shop           text not null,
  -- Null: the vendor's own.
  map            jsonb,
  -- Sealed, as JSON.
  credentials    text,
  every_seconds  int,
  paused         boolean not null default false,
  asked          boolean not null default false,
  backfill_from  timestamptz not null,
  -- Everything that changed before it is here.
  watermark      timestamptz not null,
  -- The window that is being read, and where in it.
  window_from    timestamptz,
  window_to      timestamptz,
  window_cursor  text,
  -- The business time of the newest event it brought.
  newest_at      timestamptz,
  tried_at       timestamptz,
  succeeded_at   timestamptz,
  not_before     timestamptz,
  attempts       int not null default 0,
  -- authorise, wait, mend; null when the last run went well
  cure           text,
  failure        text,
  next_step      text,
  records        bigint not null default 0,
  events         bigint not null default 0,
  duplicates     bigint not null default 0,
  created_at     timestamptz not null default now()
);

-- What orders already became.
create table feed_order (
  source   text not null,
  shop     text not null,
  order_id text not null,
  known    jsonb not null,
  primary key (source, shop, order_id)
);

-- Records that became no event. The record itself is sealed: it names people.
create table feed_quarantine (
  id          bigint generated always as identity primary key,
  feed        text not null references feed (name) on delete cascade,
  happened_at timestamptz not null,
  file        text not null,
  line        bigint not null,
  place       text not null,
  value       text not null,
  code        text not null,
  why         text not null,
  raw         text not null
);
create index feed_quarantine_feed on feed_quarantine (feed, id);

-- What was seen and not used: lent phones, masked buyers…
create table feed_note (
  feed text not null references feed (name) on delete cascade,
  note text not null,
  seen bigint not null,
  primary key (feed, note)
);

-- Messages that were taken, and orders they named that have to be asked for.
create table feed_push (
  feed    text not null references feed (name) on delete cascade,
  id      text not null,
  took_at timestamptz not null,
  primary key (feed, id)
);
create table feed_wanted (
  feed     text not null references feed (name) on delete cascade,
  order_id text not null,
  primary key (feed, order_id)
);
