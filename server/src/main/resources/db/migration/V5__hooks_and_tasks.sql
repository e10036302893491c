-- Where journeys tell other systems. The secret is sealed.
create table hook (
  name       text primary key,
  url        text not null,
  secret     text not null,
  created_at timestamptz not null default now()
);

-- What other systems are told, in the order in which it happened; taken away once they know.
create table hook_call (
  number     int primary key,
  hook       text not null,
  key        text not null,
  journey    text not null,
  profile    int not null,
  happened_at timestamptz not null,
  attempts   int not null default 0,
  not_before timestamptz not null default now(),
  failure    text,
  told_at    timestamptz
);
create index hook_call_open on hook_call (number) where told_at is null;

-- Tasks of guides, as the log assigned them.
create table guide_task (
  task       text primary key,
  profile    int not null,
  guide      text not null,
  title      text not null,
  script     text not null,
  journey    text not null,
  assigned_at timestamptz not null,
  due_at     timestamptz not null,
  done_at    timestamptz,
  evidence   text
);
create index guide_task_open on guide_task (guide, due_at) where done_at is null;
