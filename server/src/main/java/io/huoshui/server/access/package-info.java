/// Who may do what: write keys, admin tokens, console sessions, one-time links, the audit. Secrets
/// are kept as hashes only.
@NullMarked
package io.huoshui.server.access;

import org.jspecify.annotations.NullMarked;
