metadata description = 'The vault, and in it the one secret: the key of the model.'

param name string
param location string
param tags object

@description('Principals that may read secrets.')
param principalId string

@description('Deny access from the internet.')
param isPrivate bool

@secure()
param geminiApiKey string

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      bypass: 'AzureServices'
    }
  }

  resource modelKey 'secrets' = {
    name: 'gemini-api-key'
    properties: {
      value: geminiApiKey
      contentType: 'text/plain'
    }
  }
}

resource mayRead 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, keyVaultSecretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

output id string = vault.id
output name string = vault.name
// Without a version, the app picks up a new key within a day, or at a restart.
output geminiApiKeyUri string = vault::modelKey.properties.secretUri
