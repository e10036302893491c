-- A message to many at one time. Who gets what, and what became of it, is in the log: its audience
-- and its journey carry the task's name.
create table mass_task (
  id             text primary key,
  title          text not null,
  template       text not null,
  people         bigint not null,
  said           text not null,
  due_at         timestamptz not null,
  -- Guides who have not confirmed so long after the launch will not.
  confirm_within bigint,
  who            text not null,
  created_at     timestamptz not null default now(),
  planned_at     timestamptz,
  launched_at    timestamptz,
  cancelled_at   timestamptz,
  closed_at      timestamptz
);
create sequence mass_task_number;

-- Reminders are few: each is written down before it is asked for.
create table mass_reminder (
  id          bigint generated always as identity primary key,
  mass        text not null,
  task        text not null,
  reminded_at timestamptz not null,
  who         text not null
);
create index mass_reminder_task on mass_reminder (task, reminded_at);

-- What goes to groups, or to whoever sees the moments of guides.
create table post (
  id           bigint generated always as identity primary key,
  kind         text not null,
  title        text not null,
  body         jsonb not null,
  due_at       timestamptz not null,
  who          text not null,
  created_at   timestamptz not null default now(),
  cancelled_at timestamptz
);

-- The calls a post is made of, planned before the first of them.
create table post_call (
  id          bigint generated always as identity primary key,
  post        bigint not null references post (id),
  owner       text not null,
  targets     jsonb not null,
  -- planned, handed, taken, refused, cancelled
  state       text not null default 'planned',
  not_before  timestamptz not null,
  handed_at   timestamptz,
  holder      text not null default '',
  platform_id text not null default '',
  moment_id   text not null default '',
  code        text not null default '',
  why         text not null default '',
  read_at     timestamptz
);
create index post_call_open on post_call (not_before) where state in ('planned', 'handed');

create table post_result (
  call    bigint not null references post_call (id),
  guide   text not null,
  target  text not null,
  sent    boolean not null,
  reason  text not null default '',
  sent_at timestamptz,
  primary key (call, guide, target)
);

create table post_reaction (
  call       bigint not null references post_call (id),
  guide      text not null,
  customer   text not null,
  comment    boolean not null,
  reacted_at timestamptz not null,
  primary key (call, guide, customer, comment, reacted_at)
);

create table group_welcome (
  id          bigint generated always as identity primary key,
  text        text not null,
  attachments jsonb not null,
  template_id text not null default '',
  -- handed, ready, refused, gone
  state       text not null,
  why         text not null default '',
  who         text not null,
  created_at  timestamptz not null default now()
);

-- What guides shared from the sidebar: one of them to one customer once a day.
create table shared_to_contact (
  guide    text not null,
  customer text not null,
  day      date not null,
  primary key (guide, customer, day)
);
