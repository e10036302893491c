-- Rows are found by whom they are about: when somebody is erased, and when a guide confirms an add.
create index welcome_customer on welcome (customer, guide, added_at);
create index welcome_chore_customer on welcome_chore (customer);
create index live_code_add_customer on live_code_add (customer);
create index live_code_seat_customer on live_code_seat (customer) where customer is not null;
create index live_code_ticket_customer on live_code_ticket (customer) where customer is not null;
create index live_code_ticket_buyer on live_code_ticket using gin (buyer jsonb_path_ops);
create index post_reaction_customer on post_reaction (customer);
create index shared_to_contact_customer on shared_to_contact (customer);
create index group_answer_person on group_answer (person);

alter table welcome
  -- Asked for, and not confirmed by the guide yet: what comes next of these two is the same add.
  add column half         boolean not null default false,
  add column confirmed_at timestamptz,
  -- Came with the confirmation while the first was under way; tried when that one comes to nothing.
  add column other_code     text not null default '',
  add column other_deadline timestamptz,
  -- How many codes there were.
  add column codes        int not null default 1;
