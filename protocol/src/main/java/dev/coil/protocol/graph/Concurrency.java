package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * That only so many go on at once, of a project's runs or of its tasks.
 *
 * @param group its name within the project; runs and tasks have groups apart
 * @param max how many of the group go on at once, at least 1; the others wait in the order in which they came
 * @param cancelInProgress whether a newcomer cancels those of the group that are there, instead of waiting
 */
public record Concurrency(
        String group,
        int max,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean cancelInProgress) {}
