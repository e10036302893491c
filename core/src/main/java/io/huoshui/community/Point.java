package io.huoshui.community;

/// One day of a group.
///
/// @param day of the brand, as days since 1970-01-01
/// @param members people who are in when the day ends
/// @param joined people who came in
/// @param left people who went out
/// @param speakers people who wrote something
/// @param messages they wrote
/// @param clickers people who opened a link posted in the group
/// @param buyers people who ordered while they were in
/// @param revenueFen of their orders; what they bought, not what the group sold
/// @param active people who did any of these within the window that ends with this day
/// @param speaking people who spoke within it
public record Point(
    int day,
    int members,
    int joined,
    int left,
    int speakers,
    int messages,
    int clickers,
    int buyers,
    long revenueFen,
    int active,
    int speaking) {}
