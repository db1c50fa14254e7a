/** placeholder. */
package io.forebay.simulator;
