/// The main job in one command: starts the server and the sandbox as processes of their own, brings
/// a brand in, picks people, runs two campaigns for thirty days under a virtual clock, and prints
/// what they did. Knows the server only over HTTP.
///
/// Everything it does may be interrupted: what was done is in the server's log and the sandbox's
/// journal, and starting again goes on from there to the same report.
@NullMarked
package io.huoshui.server.demo;

import org.jspecify.annotations.NullMarked;
