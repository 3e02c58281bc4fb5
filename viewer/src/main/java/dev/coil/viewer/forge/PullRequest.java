package dev.coil.viewer.forge;

/**
 * An open pull request, or merge request.
 *
 * @param number that people call it by
 * @param isHead whether the commit that was asked for is its last one; otherwise it is one of those before
 */
public record PullRequest(int number, boolean isHead) {}
