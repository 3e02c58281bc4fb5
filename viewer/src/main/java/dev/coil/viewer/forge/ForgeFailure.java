package dev.coil.viewer.forge;

/** Why a forge did not do what it was asked: one sentence for a person, without the token. */
public abstract sealed class ForgeFailure extends Exception permits ForgeAway, ForgeRefusal {

    private static final long serialVersionUID = 1;

    ForgeFailure(String message) {
        super(message);
    }
}
